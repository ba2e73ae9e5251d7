using System.Security.Cryptography;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>Turns codes of an authenticator app on and off for the caller's own account.</summary>
public static class TotpEndpoints
{
    private const string Issuer = "AICode Manager";

    public sealed record ConfirmRequest(string Code);

    /// <param name="Secret">base32, for typing in.</param>
    /// <param name="Uri"><c>otpauth://</c>, for a QR code.</param>
    public sealed record TotpAnswer(string Secret, string Uri);

    public sealed record RecoveryCodesAnswer(IReadOnlyList<string> RecoveryCodes);

    // It takes a factor to touch a factor: RiskLayer asks those who have none yet for the password.
    public static void MapTotp(this IEndpointRouteBuilder routes)
    {
        var totp = routes.MapGroup("/auth/totp");
        totp.MapPost("", BeginAsync).NeedsSignIn().NeedsProof(ProofLevel.SecondFactor);
        totp.MapPost("/confirm", ConfirmAsync).NeedsSignIn().NeedsSession().Carries(FieldKind.Secret, "code");
        totp.MapDelete("", EndAsync).NeedsSignIn().NeedsProof(ProofLevel.SecondFactor);
        totp.MapPost("/recovery-codes", RenewCodesAsync).NeedsSignIn().NeedsProof(ProofLevel.SecondFactor);
    }

    internal static async Task<IResult> BeginAsync(
        HttpContext context, Caller caller, RequestOrigin origin, TotpStore totp, CancellationToken cancel)
    {
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        if (!await totp.BeginAsync(caller.UserId, secret, origin, cancel))
        {
            return Refusals.Conflict("totp_enabled", "Codes of an authenticator are in force already; end them first.");
        }

        var text = Base32.Encode(secret);
        return TypedResults.Json(new TotpAnswer(text, UriOf(caller.Email, text)), WireJson.Options);
    }

    internal static async Task<IResult> ConfirmAsync(
        ConfirmRequest body, HttpContext context, Caller caller, RequestOrigin origin, TotpStore totp, SignIns signIns,
        CancellationToken cancel)
    {
        var done = await totp.ConfirmAsync(caller.UserId, SecondFactors.Plain(body.Code), origin, cancel);
        switch (done.Outcome)
        {
            case TotpOutcome.NotPending:
                return Refusals.Conflict(
                    "totp_not_pending", "No secret waits for its first code.",
                    $"Ask for one with POST /auth/totp; it waits {TotpStore.PendingFor.TotalMinutes:0} minutes and takes {TotpStore.MaxAttempts} tries.");
            case TotpOutcome.WrongCode:
                return Refusals.InvalidInput("code", $"is not the {Totp.Digits} digits that the authenticator shows now");
            default:
                // The code is a fresh proof. A session that ended meanwhile is no reason to keep the codes from their owner.
                await signIns.RenewAsync(context, done.Standing!, ProofLevel.SecondFactor, cancel);
                return Codes(context, done.Codes!);
        }
    }

    internal static async Task<IResult> EndAsync(
        HttpContext context, Caller caller, RequestOrigin origin, TotpStore totp, SignIns signIns, CancellationToken cancel)
    {
        if (await totp.EndAsync(caller.UserId, origin, cancel) is not { } standing)
        {
            return Refusals.NotFound("the account has no TOTP factor");
        }

        await signIns.RenewAsync(context, standing, null, cancel);
        return TypedResults.NoContent();
    }

    internal static async Task<IResult> RenewCodesAsync(
        HttpContext context, Caller caller, RequestOrigin origin, RecoveryCodeStore recovery, CancellationToken cancel) =>
        await recovery.RenewAsync(caller.UserId, origin, cancel) is { } codes
            ? Codes(context, codes)
            : Refusals.NotFound("the account has no second factor");

    private static JsonHttpResult<RecoveryCodesAnswer> Codes(HttpContext context, IReadOnlyList<string> codes)
    {
        return TypedResults.Json(new RecoveryCodesAnswer(codes), WireJson.Options);
    }

    // The authenticators' common "Key URI Format"; every parameter is named, although all are the apps' defaults.
    private static string UriOf(string email, string secret) =>
        $"otpauth://totp/{Uri.EscapeDataString(Issuer)}:{Uri.EscapeDataString(email)}?secret={secret}"
        + $"&issuer={Uri.EscapeDataString(Issuer)}&algorithm=SHA1&digits={Totp.Digits}&period={Totp.StepSeconds}";
}
