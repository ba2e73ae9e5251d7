namespace AICodeManager.Server.FrontDoor.Edge.Proxies;

/// <summary>
/// How the proxy in front addressed this server, where the request now says how the client addressed the proxy. For whoever
/// must know what was signed on the last stretch; everything else goes by the request.
/// </summary>
public sealed record WireAddress(string Scheme, HostString Host)
{
    /// <summary>Null where no proxy spoke for the client.</summary>
    public static WireAddress? Of(HttpContext context) => context.Features.Get<WireAddress>();
}
