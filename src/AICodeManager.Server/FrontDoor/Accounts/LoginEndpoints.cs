using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Sign-in by password.</summary>
public static class LoginEndpoints
{
    /// <param name="Code">Of the second factor, where the account has one.</param>
    /// <param name="Client"><c>api</c> (tokens; default) or <c>browser</c> (a cookie).</param>
    /// <param name="Device">The device token of an earlier sign-in, for clients without cookies.</param>
    public sealed record LoginRequest(string Email, string Password, string? Code = null, string? Client = null, string? Device = null);

    // Longer than any code of any factor, also one that is typed with blanks.
    private const int MaxCode = 64;

    public static void MapLogin(this IEndpointRouteBuilder auth) => auth.MapPost("/login", LoginAsync).OpenToAll()
        .Carries(FieldKind.Secret, "password", "code", "device");

    internal static async Task<IResult> LoginAsync(
        LoginRequest body, HttpContext context, PasswordLogin login, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.OneOf("client", body.Client ?? "api", "api", "browser");
        AtMost("email", body.Email, EmailAddress.MaxLength);
        AtMost("password", body.Password, 1024);
        AtMost("code", body.Code, MaxCode);
        AtMost("device", body.Device, 200);
        return errors.Any ? errors.ToRefusal() : await login.AnswerAsync(context, body, cancel);

        void AtMost(string field, string? value, int length)
        {
            if (value?.Length > length)
            {
                errors.Add(field, $"is longer than {length} characters, the most that can be right");
            }
        }
    }
}
