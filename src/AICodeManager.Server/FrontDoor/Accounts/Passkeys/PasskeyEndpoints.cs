using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>The caller's own passkeys: add, list, remove.</summary>
public static class PasskeyEndpoints
{
    /// <summary>Bytes of the largest body; an attestation of the largest credential id fits several times.</summary>
    public const int MaxBody = 64 << 10;

    public sealed record RegisterRequest(string Ceremony, JsonElement Credential, string? Name = null);

    // It takes a factor to touch a factor: RiskLayer asks those who have none yet for the password.
    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        var passkeys = routes.MapGroup("/auth/passkeys").WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        passkeys.MapPost("/register/options", OptionsAsync).NeedsSignIn().NeedsProof(ProofLevel.SecondFactor);
        passkeys.MapPost("/register", RegisterAsync).NeedsSignIn().NeedsSession().Carries(FieldKind.Secret, "credential", "ceremony");
        passkeys.MapGet("", ListAsync).NeedsSignIn();
        passkeys.MapDelete("/{id:guid}", RemoveAsync).NeedsSignIn().NeedsProof(ProofLevel.SecondFactor);
        passkeys.MapPasskeyLogin();
    }

    internal static async Task<IResult> OptionsAsync(
        HttpContext context, Caller caller, UserManager<Account> users, IPasskeyHandler<Account> handler, PasskeyCeremonies ceremonies,
        CancellationToken cancel)
    {
        if (await users.FindByIdAsync(caller.UserId.ToString("D")) is not { } account)
        {
            return Refusals.NotFound("the account of a live session is gone");
        }

        var made = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = account.Id.ToString("D"), Name = account.Email, DisplayName = account.Name }, context);
        var ceremony = await ceremonies.BeginAsync(PasskeyPurpose.Register, caller.SessionId!.Value, made.AttestationState ?? "", cancel);
        return PasskeyChecks.Answer(context, ceremony, made.CreationOptionsJson);
    }

    internal static async Task<IResult> RegisterAsync(
        RegisterRequest body, HttpContext context, Caller caller, RequestOrigin origin, UserManager<Account> users,
        IPasskeyHandler<Account> handler, PasskeyCeremonies ceremonies, PasskeyStore store, RecoveryCodeStore recovery, AccountChange change, AuditTrail audit,
        SignIns signIns, CancellationToken cancel)
    {
        if (body.Name is not null)
        {
            var errors = new FieldErrors();
            errors.Name("name", body.Name);
            if (errors.Any)
            {
                return errors.ToRefusal();
            }
        }

        // The proof that this needs was given for the options: the ceremony belongs to this session alone.
        if (await ceremonies.TakeAsync(body.Ceremony, PasskeyPurpose.Register, caller.SessionId!.Value, cancel) is not { } state)
        {
            return Refusals.InvalidInput("ceremony", "is not the name of a registration that this session began less than five minutes ago");
        }

        var attested = await handler.PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = context, CredentialJson = body.Credential.GetRawText(), AttestationState = state,
        });
        if (attested is not { Succeeded: true, Passkey: { } passkey, UserEntity: { } entity }
            || entity.Id != caller.UserId.ToString("D")
            || await users.FindByIdAsync(entity.Id) is not { } account)
        {
            return Refusals.InvalidInput("credential", "is not a new passkey that answers this registration on this site with the user verified");
        }

        // The account was read before the count and is saved on top of that very version: none is added in between.
        if ((await store.ListAsync(account.Id, cancel)).Count >= PasskeyStore.MaxPerAccount)
        {
            return Refusals.Conflict("too_many_passkeys", $"An account has at most {PasskeyStore.MaxPerAccount} passkeys.");
        }

        passkey.Name = body.Name ?? "Passkey";
        change.Also(t => audit.RecordAsync(t, origin, new AuditEvent("passkey_added")
        {
            Details = new Dictionary<string, object?> { ["name"] = passkey.Name, ["synced"] = passkey.IsBackedUp },
        }.On("user", account.Id)));
        var codes = account.SecondFactor ? null : RecoveryCodes.NewSet();
        if (codes is not null)
        {
            change.Also(t => recovery.ReplaceAsync(t, account.Id, codes));
        }

        if (!(await users.AddOrUpdatePasskeyAsync(account, passkey)).Succeeded)
        {
            return Changed();
        }

        // The attestation is a fresh proof: the user was verified.
        await signIns.RenewAsync(context, change.Standing!, ProofLevel.SecondFactor, cancel);
        var key = PasskeyRow.KeyOf(passkey.CredentialId);
        var added = (await store.ListAsync(account.Id, cancel)).Single(row => row.CredentialId == key);
        return TypedResults.Json(added.View() with { RecoveryCodes = codes }, WireJson.Options, statusCode: 201);
    }

    internal static async Task<IResult> ListAsync(HttpContext context, Caller caller, PasskeyStore store, CancellationToken cancel)
    {
        var rows = await store.ListAsync(caller.UserId, cancel);
        return new Page<PasskeyView>([.. rows.Select(row => row.View())], null).ToResult(context, rows.Count);
    }

    internal static async Task<IResult> RemoveAsync(
        Guid id, HttpContext context, Caller caller, RequestOrigin origin, UserManager<Account> users, PasskeyStore store,
        AccountChange change, AuditTrail audit, SignIns signIns, CancellationToken cancel)
    {
        var account = await users.FindByIdAsync(caller.UserId.ToString("D"));
        var row = (await store.ListAsync(caller.UserId, cancel)).SingleOrDefault(row => row.Id == id);
        if (account is null || row is null)
        {
            return Refusals.NotFound("no passkey of this account has that id");
        }

        change.Also(t => audit.RecordAsync(t, origin, new AuditEvent("passkey_removed")
        {
            Details = new Dictionary<string, object?> { ["name"] = row.Name },
        }.On("user", account.Id)));
        if (!(await users.RemovePasskeyAsync(account, row.ToInfo().CredentialId)).Succeeded)
        {
            return Changed();
        }

        await signIns.RenewAsync(context, change.Standing!, null, cancel);
        return TypedResults.NoContent();
    }

    private static Refusal Changed() =>
        Refusals.Conflict("account_changed", "The account was changed by another request meanwhile; try again.");
}
