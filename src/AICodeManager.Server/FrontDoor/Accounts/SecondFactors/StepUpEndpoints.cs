using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>Answers a step-up demand (RFC 9470) with one proof; the session's own count limits the tries.</summary>
public static class StepUpEndpoints
{
    /// <summary>Exactly one of the three.</summary>
    public sealed record StepUpRequest(string? Password = null, string? Code = null, PasskeyProof? Passkey = null);

    public static void MapStepUp(this IEndpointRouteBuilder routes)
    {
        var stepUp = routes.MapGroup("/auth/step-up").WithMetadata(new RequestSizeLimitAttribute(PasskeyEndpoints.MaxBody));
        stepUp.MapPost("", ProveAsync).NeedsSignIn().NeedsSession().AllowedDuringStepUp()
            .Carries(FieldKind.Secret, "password", "code", "passkey");
        stepUp.MapPost("/passkey/options", PasskeyOptionsAsync).NeedsSignIn().NeedsSession().AllowedDuringStepUp();
    }

    internal static async Task<IResult> PasskeyOptionsAsync(
        HttpContext context, Caller caller, UserManager<Account> users, PasskeyChecks checks, CancellationToken cancel) =>
        await users.FindByIdAsync(caller.UserId.ToString("D")) is { } account
            ? await checks.AskAsync(context, PasskeyPurpose.StepUp, caller.SessionId!.Value, account, cancel)
            : Refusals.NotFound("the account of a live session is gone");

    internal static async Task<IResult> ProveAsync(
        StepUpRequest body, HttpContext context, Caller caller, RequestOrigin origin, UserManager<Account> users,
        SecondFactors factors, PasskeyChecks passkeys, PasswordCheck passwords, SignInWatch watch, StepUps stepUps, CancellationToken cancel)
    {
        if (new object?[] { body.Password, body.Code, body.Passkey }.Count(given => given is not null) != 1)
        {
            return Refusals.MalformedBody("Give exactly one of password, code and passkey.");
        }

        if (await users.FindByIdAsync(caller.UserId.ToString("D")) is not { } account)
        {
            return Refusals.NotFound("the account of a live session is gone");
        }

        if (await stepUps.ReserveAsync(context, cancel) is { } over)
        {
            return over;
        }

        // Beside the session's own count: whoever opens session after session guesses in one account's bucket all the same.
        var admission = await watch.AdmitCodeAsync(context, account.Email, device: null, cancel);
        if (SignInWatch.Refuse(admission) is { } full)
        {
            return full;
        }

        var (proved, wrong) = body switch
        {
            { Password: { } password } => (await passwords.IsRightAsync(account, password, cancel) ? ProofLevel.Password : ProofLevel.None, "wrong_password"),
            { Code: { } code } => (await IsCodeAsync(factors, account, code, origin, cancel) ? ProofLevel.SecondFactor : ProofLevel.None, "wrong_code"),
            _ => (await IsOwnPasskeyAsync(passkeys, context, caller, body.Passkey!, cancel) ? ProofLevel.SecondFactor : ProofLevel.None, "passkey_refused"),
        };
        if (proved == ProofLevel.None)
        {
            return await stepUps.FailAsync(context, wrong, cancel);
        }

        await watch.GiveBackAsync(admission);
        return await stepUps.GrantAsync(context, proved, cancel);
    }

    private static async Task<bool> IsCodeAsync(
        SecondFactors factors, Account account, string code, RequestOrigin origin, CancellationToken cancel) =>
        await factors.CheckAsync(account, code, origin, cancel) == SecondFactorResult.Accepted;

    private static async Task<bool> IsOwnPasskeyAsync(
        PasskeyChecks passkeys, HttpContext context, Caller caller, PasskeyProof proof, CancellationToken cancel) =>
        (await passkeys.CheckAsync(context, PasskeyPurpose.StepUp, caller.SessionId!.Value, proof, cancel)).Account?.Id == caller.UserId;
}
