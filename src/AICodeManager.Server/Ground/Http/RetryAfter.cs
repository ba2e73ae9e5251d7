using System.Globalization;

namespace AICodeManager.Server.Ground.Http;

/// <summary>How long to wait, as <c>Retry-After</c> says it: whole seconds, rounded up, never none (RFC 9110, section 10.2.3).</summary>
public static class RetryAfter
{
    public const string Header = "Retry-After";

    public static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

    public static string Text(TimeSpan wait) => Seconds(wait).ToString(CultureInfo.InvariantCulture);
}
