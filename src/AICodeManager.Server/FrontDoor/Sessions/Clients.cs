using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Reads from a request whom a session would be used by.</summary>
public sealed class Clients(PlaceFinder places, Settings settings)
{
    private const int UserAgentLength = 500;

    public Client Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        var security = settings.Session.Security;
        return new Client(
            address?.ToString(), security.DeviceTracking ? UserAgentOf(context) : null, security.GeoLocationCheck ? places.Find(address) : null);
    }

    /// <summary>The request's user agent, cut to what is kept; never half a character.</summary>
    public static string? UserAgentOf(HttpContext context) =>
        context.Request.Headers.UserAgent is [{ } text, ..]
            ? text.Length <= UserAgentLength ? text : text[..(char.IsHighSurrogate(text[UserAgentLength - 1]) ? UserAgentLength - 1 : UserAgentLength)]
            : null;
}
