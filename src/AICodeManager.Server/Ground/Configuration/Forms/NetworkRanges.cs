using AICodeManager.Server.Ground.Configuration.Reading;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Networks in CIDR notation.</summary>
internal static class NetworkRanges
{
    public static readonly Form<NetworkRange> Any = new(NetworkRange.Accepted, text =>
        NetworkRange.TryParse(text, out var range) ? Outcome.Of(range) : Outcome.Wrong<NetworkRange>("is not a network"));
}
