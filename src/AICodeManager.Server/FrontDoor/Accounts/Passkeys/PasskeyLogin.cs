using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>Signs in by a passkey alone: it is possession and, user verification being required, a second factor in one.</summary>
public static class PasskeyLogin
{
    /// <param name="Email">Taken and not looked at: the authenticator finds the account, and nobody learns which exist.</param>
    public sealed record OptionsRequest(string? Email = null);

    public sealed record LoginRequest(string Ceremony, JsonElement Credential, string? Client = null);

    public static void MapPasskeyLogin(this IEndpointRouteBuilder passkeys)
    {
        passkeys.MapPost("/login/options", OptionsAsync).OpenToAll();
        passkeys.MapPost("/login", LoginAsync).OpenToAll().Carries(FieldKind.Secret, "credential", "ceremony");
    }

    private static Task<IResult> OptionsAsync(
        OptionsRequest? body, HttpContext context, PasskeyChecks checks, CancellationToken cancel) =>
        checks.AskAsync(context, PasskeyPurpose.SignIn, null, null, cancel);

    private static async Task<IResult> LoginAsync(
        LoginRequest body, HttpContext context, RequestOrigin origin, PasskeyChecks checks, StandingStore standings, SignIns signIns,
        SignInWatch watch, AuditTrail audit, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.OneOf("client", body.Client ?? "api", "api", "browser");
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        await using var admission = await watch.AdmitAsync(context, name: null, device: null, password: null, cancel);
        if (SignInWatch.Refuse(admission) is { } full)
        {
            return full;
        }

        var (account, reason) = await checks.CheckAsync(
            context, PasskeyPurpose.SignIn, null, new PasskeyProof(body.Ceremony, body.Credential), cancel);
        var standing = account is null ? null : await standings.LoadAsync(account.Id, cancel);
        if (standing is null or { Disabled: true })
        {
            await audit.RecordDoneAsync(origin, new AuditEvent("login_failed")
            {
                Outcome = AuditOutcome.Refused,
                ActorId = account?.Id,
                Reason = reason ?? "disabled",
                Details = new Dictionary<string, object?> { ["method"] = "passkey" },
            });
            await watch.FailAsync(admission, origin);
            return Refusals.Unauthenticated("invalid_credentials", "E-mail address, password or code is wrong.");
        }

        var kind = body.Client == "browser" ? SessionKind.Browser : SessionKind.Api;
        var opened = await signIns.AnswerAsync(context, standing, account!.View(), kind, ProofLevel.SecondFactor, "passkey", cancel);
        await watch.PassAsync(admission with { Attempt = watch.Named(admission.Attempt, account.Email) }, origin, account.Id);
        return opened;
    }
}
