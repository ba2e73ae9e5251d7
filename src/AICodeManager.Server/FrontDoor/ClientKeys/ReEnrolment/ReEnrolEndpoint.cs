using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.ClientKeys.Devices;
using AICodeManager.Server.FrontDoor.ClientKeys.Possession;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Mvc;

namespace AICodeManager.Server.FrontDoor.ClientKeys.ReEnrolment;

/// <summary>The way back for a device that has lost its key (spec B12).</summary>
public static class ReEnrolEndpoint
{
    // More than any that can be right.
    private const int MaxCode = 64, MaxDevice = 200;

    /// <param name="Device">The device token of an earlier sign-in; a browser sends its cookie instead.</param>
    /// <param name="Code">Of the authenticator, or a recovery code; this or <paramref name="Passkey"/>.</param>
    /// <param name="Passkey">An assertion for a ceremony of <c>POST /auth/passkeys/login/options</c>.</param>
    /// <param name="PublicKey">As at <c>POST /keys</c>.</param>
    public sealed record Request(
        string Email, JsonElement PublicKey, string? Device = null, string? Code = null, PasskeyProof? Passkey = null, string? Name = null,
        string? Custody = null, string? Algorithm = null);

    public static void MapReEnrolment(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/keys/re-enrol", AnswerAsync).Accepts<Request>("application/json").TakesPossessionProof()
            .WithMetadata(new RequestSizeLimitAttribute(JsonBodies.MaxBytes)).OpenToAll()
            .Carries(FieldKind.Code, "public_key").Carries(FieldKind.Secret, "code", "device", "passkey");

    internal static async Task<IResult> AnswerAsync(
        JsonBody<Request> body, HttpContext context, KeyIntake intake, ReEnrolments reEnrolments, CancellationToken cancel)
    {
        var sent = body.Value;
        var errors = new FieldErrors();
        AtMost("email", sent.Email, EmailAddress.MaxLength);
        AtMost("code", sent.Code, MaxCode);
        AtMost("device", sent.Device, MaxDevice);
        if (sent.Code is null == sent.Passkey is null)
        {
            errors.Add("code", "must be given, or passkey instead of it, and not both");
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        var (offered, refused) = intake.Read(
            context, body.Bytes.Span, new KeyOffer(sent.PublicKey, sent.Name, sent.Custody, sent.Algorithm));
        return offered is null ? refused! : await reEnrolments.AnswerAsync(context, sent, offered, cancel);

        void AtMost(string field, string? value, int length)
        {
            if (value?.Length > length)
            {
                errors.Add(field, $"is longer than {length} characters, the most that can be right");
            }
        }
    }
}
