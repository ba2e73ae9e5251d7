namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>The names under which this server keeps secrets in browsers.</summary>
internal static class OwnCookies
{
    public static bool Has(ReadOnlySpan<char> name) =>
        name.StartsWith("__Host-aicli", StringComparison.Ordinal) || name.StartsWith("aicli_", StringComparison.Ordinal)
        || name.StartsWith("__Secure-aicli", StringComparison.Ordinal) || name is "_csrf";
}
