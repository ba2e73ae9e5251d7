using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Anybody makes an account of their own.</summary>
public static class RegistrationEndpoints
{
    public sealed record RegisterRequest(string Email, string Password, string? Name = null);

    public static void MapRegistration(this IEndpointRouteBuilder auth) =>
        auth.MapPost("/register", RegisterAsync).OpenToAll().Carries(FieldKind.Secret, "password");

    // A search for accounts costs more than making one: an address that is taken counts this much in all.
    private const int Taken = 5;

    internal static async Task<IResult> RegisterAsync(
        RegisterRequest body, HttpContext context, RequestOrigin origin, Registrar registrar, SignInWatch watch, CancellationToken cancel)
    {
        // Charged before the hash, as what it may turn out to be.
        var admission = await watch.AdmitRegistrationAsync(context, Taken, cancel);
        if (SignInWatch.Refuse(admission) is { } full)
        {
            return full;
        }

        var (made, refused) = await registrar.CreateAsync(
            new NewAccount(body.Email, body.Name, Registrar.DefaultRole, body.Password), origin);
        if (refused is not { Status: 409 })
        {
            await watch.GiveBackAsync(admission);
        }

        if (refused is null)
        {
            await watch.AdmitRegistrationAsync(context, 1, CancellationToken.None);
        }

        return refused is not null ? refused : TypedResults.Json(made!.View(), WireJson.Options, statusCode: 201);
    }
}
