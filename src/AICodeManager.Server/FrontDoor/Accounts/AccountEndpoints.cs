using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Register, sign in, sign out, who am I.</summary>
public static class AccountEndpoints
{
    public sealed record RegisterRequest(string Email, string Password, string? Name = null);

    public sealed record LoginRequest(string Email, string Password, string? Client = null);

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth");
        auth.MapPost("/register", RegisterAsync).OpenToAll();
        auth.MapPost("/login", LoginAsync).OpenToAll();
        auth.MapGet("/me", MeAsync).NeedsSignIn();
    }

    private static async Task<IResult> RegisterAsync(
        RegisterRequest body, RequestOrigin origin, AccountStore accounts, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (!EmailAddress.IsAcceptable(body.Email))
        {
            errors.Add("email", "must be an e-mail address of at most 254 characters");
        }

        if (body.Password.Length is < Passwords.MinLength or > Passwords.MaxLength)
        {
            errors.Add("password", $"must be {Passwords.MinLength} to {Passwords.MaxLength} characters long");
        }

        if (body.Name is not null)
        {
            errors.Name("name", body.Name);
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        var name = body.Name ?? body.Email[..body.Email.IndexOf('@', StringComparison.Ordinal)];
        var account = await accounts.CreateAsync(body.Email, name, AccountStore.DefaultRole, body.Password, origin, cancel);
        return account is null
            ? Refusals.Conflict("email_taken", "There is an account with this e-mail address.")
            : TypedResults.Json(account.View(), WireJson.Options, statusCode: 201);
    }

    private static async Task<IResult> LoginAsync(
        LoginRequest body, HttpContext context, RequestOrigin origin, AccountStore accounts, Passwords passwords,
        SignIns signIns, StandingStore standings, AuditTrail audit, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.OneOf("client", body.Client ?? "api", "api", "browser");
        if (body.Email.Length > 254 || body.Password.Length > Passwords.MaxLength)
        {
            errors.Add(body.Email.Length > 254 ? "email" : "password", "is longer than any account's");
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        // What no account can be called is not asked for: PostgreSQL does not even take every such text.
        var account = EmailAddress.IsAcceptable(body.Email) ? await accounts.FindByEmailAsync(body.Email, cancel) : null;
        if (!passwords.Verify(account, body.Password) || account!.DisabledAt is not null)
        {
            await audit.RecordAsync(origin, new AuditEvent("login_failed")
            {
                Outcome = AuditOutcome.Refused,
                ActorId = account?.Id,
                Reason = account is null ? "unknown_account" : account.DisabledAt is null ? "wrong_password" : "disabled",
            }, cancel);
            return Refusals.Unauthenticated("invalid_credentials", "E-mail address or password is wrong.");
        }

        var kind = body.Client == "browser" ? SessionKind.Browser : SessionKind.Api;
        return await standings.LoadAsync(account.Id, cancel) is { } user
            ? await signIns.AnswerAsync(context, user, account.View(), kind, ProofLevel.Password, "password", cancel)
            : Refusals.Unauthenticated("invalid_credentials", "E-mail address or password is wrong.");
    }

    private static async Task<IResult> MeAsync(Caller caller, AccountStore accounts, CancellationToken cancel) =>
        await accounts.FindAsync(caller.UserId, cancel) is { } account
            ? TypedResults.Json(account.View(), WireJson.Options)
            : Refusals.NotFound("the account of a live session is gone");
}
