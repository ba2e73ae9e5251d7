using System.Text.Json;
using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Api;

/// <summary>An answer twice: read, for people; and as it came, so that <c>--json</c> shows what this client does not know of.</summary>
/// <param name="Date">The server's clock when it answered.</param>
internal sealed record Reply<T>(T Value, JsonElement Json, DateTimeOffset? Date)
{
    /// <summary>What makes this device known to the account, where a sign-in gave it.</summary>
    public Secret? Device { get; init; }
}
