using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Administration;

/// <summary>The emergency route.</summary>
public static class CacheEndpoints
{
    public static void MapCaches(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/admin/caches", ClearAsync).Needs("system:caches").NeedsProof(ProofLevel.Password);

    internal static async Task<IResult> ClearAsync(RequestOrigin origin, CacheClearing caches, CancellationToken cancel)
    {
        await caches.ClearAsync(origin, cancel);
        return TypedResults.NoContent();
    }
}
