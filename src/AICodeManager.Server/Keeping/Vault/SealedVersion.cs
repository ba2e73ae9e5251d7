namespace AICodeManager.Server.Keeping.Vault;

/// <summary>Versions of values that are replaced in place; they stand beside the value in <c>sealed_version</c>.</summary>
public static class SealedVersion
{
    /// <summary>
    /// The version of the next write. It starts from the clock: a row that is removed and made anew under the same id
    /// does not get the versions of the old one again.
    /// </summary>
    /// <param name="before">Of the value that is replaced; null for a new row.</param>
    public static long After(long? before, DateTimeOffset now) => Math.Max((before ?? 0) + 1, now.ToUnixTimeMilliseconds());
}
