namespace AICodeManager.Server.Ground.Http;

/// <summary>
/// This request was made by another site's page: whoever sits at the browser knows nothing of it, and loses none of the
/// few tries that a route gives.
/// </summary>
public sealed class CausedByOthers
{
    private static readonly CausedByOthers It = new();

    public static void Say(HttpContext context) => context.Features.Set(It);

    public static bool IsSaid(HttpContext context) => context.Features.Get<CausedByOthers>() is not null;
}
