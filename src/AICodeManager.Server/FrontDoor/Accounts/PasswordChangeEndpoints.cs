using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>A new password, by whoever knows the old one.</summary>
public static class PasswordChangeEndpoints
{
    public sealed record ChangeRequest(string CurrentPassword, string Password);

    public static void MapPasswordChange(this IEndpointRouteBuilder auth) =>
        auth.MapPost("/password", ChangeAsync).NeedsSignIn().NeedsSession().Carries(FieldKind.Secret, "current_password", "password");

    internal static async Task<IResult> ChangeAsync(
        ChangeRequest body, HttpContext context, Caller caller, RequestOrigin origin, PasswordChange change, CancellationToken cancel) =>
        body.CurrentPassword.Length > 1024
            ? Refusals.InvalidInput("current_password", "is longer than 1024 characters, the most that can be right")
            : await change.AnswerAsync(context, caller, origin, body.CurrentPassword, body.Password, cancel);
}
