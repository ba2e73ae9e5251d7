using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AICodeManager.Cli.Commands.Accounts;
using AICodeManager.Cli.Credentials;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Api;

/// <summary>The documents of the API and of this client, in the API's spelling.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListDocument))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(LoginAnswer))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(PasswordResetRequest))]
[JsonSerializable(typeof(ProofRequest))]
[JsonSerializable(typeof(CodeRequest))]
[JsonSerializable(typeof(TotpSecret))]
[JsonSerializable(typeof(RecoveryCodes))]
[JsonSerializable(typeof(Passkey))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(AddKeyRequest))]
[JsonSerializable(typeof(RotateKeyRequest))]
[JsonSerializable(typeof(ReEnrolRequest))]
[JsonSerializable(typeof(CreatedKey))]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(DeviceKeyDocument))]
[JsonSerializable(typeof(AlertDocument))]
[JsonSerializable(typeof(AuditProof))]
[JsonSerializable(typeof(AlertTestRequest))]
[JsonSerializable(typeof(AuditDocument))]
[JsonSerializable(typeof(AuditStreamDocument))]
[JsonSerializable(typeof(AdminUser))]
[JsonSerializable(typeof(CreateUserRequest))]
[JsonSerializable(typeof(CreatedUser))]
[JsonSerializable(typeof(UpdateUserRequest))]
[JsonSerializable(typeof(IssuedReset))]
[JsonSerializable(typeof(BlockView))]
[JsonSerializable(typeof(BlockRequest))]
[JsonSerializable(typeof(BlockCommentRequest))]
[JsonSerializable(typeof(Member))]
[JsonSerializable(typeof(MemberRequest))]
[JsonSerializable(typeof(NameRequest))]
[JsonSerializable(typeof(Workspace))]
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(CreateProjectRequest))]
[JsonSerializable(typeof(FileEntry))]
[JsonSerializable(typeof(CommitRequest))]
[JsonSerializable(typeof(CommitAnswer))]
[JsonSerializable(typeof(DiscardRequest))]
[JsonSerializable(typeof(AgentTask))]
[JsonSerializable(typeof(RunTaskRequest))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(CredentialDocument))]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(SignedIn))]
[JsonSerializable(typeof(FailureDocument))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(string))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static HttpContent Body<T>(T document, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(document, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

/// <summary>One page of a list.</summary>
internal sealed record ListDocument(
    IReadOnlyList<JsonElement> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
