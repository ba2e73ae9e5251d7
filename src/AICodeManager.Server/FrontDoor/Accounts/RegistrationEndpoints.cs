using AICodeManager.Server.FrontDoor.Access;
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

    private static async Task<IResult> RegisterAsync(RegisterRequest body, RequestOrigin origin, Registrar registrar)
    {
        var (made, refused) = await registrar.CreateAsync(
            new NewAccount(body.Email, body.Name, Registrar.DefaultRole, body.Password), origin);
        return refused is not null ? refused : TypedResults.Json(made!.View(), WireJson.Options, statusCode: 201);
    }
}
