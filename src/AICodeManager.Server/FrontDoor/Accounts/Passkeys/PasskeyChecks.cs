using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>An answer to a ceremony, as clients send it.</summary>
/// <param name="Ceremony">The name that came with the options.</param>
/// <param name="Credential">What <c>PublicKeyCredential.toJSON()</c> gives.</param>
public sealed record PasskeyProof(string Ceremony, JsonElement Credential);

/// <summary>Options of a ceremony, as clients are told them.</summary>
/// <param name="PublicKey">For <c>PublicKeyCredential.parseCreationOptionsFromJSON</c> or <c>parseRequestOptionsFromJSON</c>.</param>
public sealed record PasskeyOptionsAnswer(string Ceremony, JsonElement PublicKey);

/// <summary>Whose passkey signed, or why none is believed; the reason is for the audit only.</summary>
public sealed record PasskeyCheck(Account? Account, string? Reason);

/// <summary>Asks for assertions and checks them: the one way for sign-in and step-up.</summary>
public sealed class PasskeyChecks(IPasskeyHandler<Account> handler, PasskeyCeremonies ceremonies, PasskeyStore store)
{
    /// <summary>Options with a fresh challenge.</summary>
    /// <param name="account">Whose passkeys may answer; null asks for any that the authenticator finds.</param>
    public async Task<IResult> AskAsync(
        HttpContext context, PasskeyPurpose purpose, Guid? session, Account? account, CancellationToken cancel)
    {
        // The framework's signature denies the null that its own documentation and handler take.
        var made = await handler.MakeRequestOptionsAsync(account!, context);
        var name = await ceremonies.BeginAsync(purpose, session, made.AssertionState ?? "", cancel);
        return Answer(context, name, made.RequestOptionsJson);
    }

    /// <summary>Checks an assertion by WebAuthn level 3 section 7.2, and spends its challenge, right or wrong.</summary>
    public async Task<PasskeyCheck> CheckAsync(
        HttpContext context, PasskeyPurpose purpose, Guid? session, PasskeyProof proof, CancellationToken cancel)
    {
        if (await ceremonies.TakeAsync(proof.Ceremony, purpose, session, cancel) is not { } state)
        {
            return new PasskeyCheck(null, "no_ceremony");
        }

        var asserted = await handler.PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = context, CredentialJson = proof.Credential.GetRawText(), AssertionState = state,
        });
        if (asserted is not { Succeeded: true, Passkey: { } passkey, User: { } account })
        {
            return new PasskeyCheck(null, "assertion_refused");
        }

        return await store.NoteUseAsync(passkey, cancel)
            ? new PasskeyCheck(account, null)
            : new PasskeyCheck(null, "sign_count");
    }

    internal static IResult Answer(HttpContext context, string ceremony, string options)
    {
        return TypedResults.Json(new PasskeyOptionsAnswer(ceremony, JsonElement.Parse(options)), WireJson.Options);
    }
}
