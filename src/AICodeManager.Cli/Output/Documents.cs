using System.Text.Json;
using System.Text.Json.Serialization;
using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Output;

/// <summary>The JSON answer of a command whose route answers with no document.</summary>
/// <param name="Action">What was done, such as <c>deleted</c>.</param>
/// <param name="Id">To what.</param>
/// <param name="Key">A device's key that was revoked with it.</param>
internal sealed record Done(
    string Action, string? Id = null, string? Path = null, string? File = null, long? Bytes = null, string? Key = null);

/// <summary>The JSON answer of <c>aicli login</c>; it holds no token.</summary>
/// <param name="Key">What signs for this device from now on; none where requests go unsigned.</param>
internal sealed record SignedIn(
    string Server, User? User, DateTimeOffset? ExpiresAt, IReadOnlyList<EndedSession>? EndedSessions, CreatedKey? Key);

/// <summary>A failure under <c>--json</c>, on standard error.</summary>
internal sealed record FailureDocument(FailureDetails Error);

/// <param name="RetryAfter">Seconds.</param>
internal sealed record FailureDetails(
    string Code, string Message, int? Status, IReadOnlyDictionary<string, string[]>? Errors, long? RetryAfter, int ExitCode);

/// <summary>One line of a followed task under <c>--json</c>.</summary>
/// <param name="Id">The event's id; null on the line <c>task</c>, which this client puts in front of a task it started.</param>
internal sealed record EventLine(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Id, string Event, JsonElement Data);
