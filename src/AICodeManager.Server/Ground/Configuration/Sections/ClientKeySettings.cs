using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>
/// <c>client_keys</c> (our own): how long devices' keys live and what follows from misuse. How fresh a signature must be
/// is fixed by the contract and no setting.
/// </summary>
public sealed record ClientKeySettings
{
    /// <summary>Age at which a key is to be replaced.</summary>
    public required TimeSpan RotationAfter { get; init; }

    /// <summary>How long before that its owner is warned; less than <see cref="RotationAfter"/>.</summary>
    public required TimeSpan WarnBefore { get; init; }

    /// <summary>How long a key that was or should be replaced goes on working.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Keys of one user that are in use.</summary>
    public required int MaxPerUser { get; init; }

    public required KeyAbuseSettings Abuse { get; init; }

    /// <summary>How long a node, and Redis, may keep a key.</summary>
    public required TimeSpan CacheTtl { get; init; }

    /// <summary>Keys that a node keeps in memory at most.</summary>
    public required int CacheSize { get; init; }

    public required KeyCookieSettings Cookie { get; init; }

    internal static ClientKeySettings Read(SectionReader section)
    {
        var cache = section.Section("cache");
        var read = new ClientKeySettings
        {
            RotationAfter = section.Value("rotation_after", "90d", Durations.Between("1d", "3650d")),
            WarnBefore = section.Value("warn_before", "14d", Durations.Between("1h", "365d")),
            Grace = section.Value("grace", "7d", Durations.Between("1h", "90d")),
            MaxPerUser = section.Value("max_per_user", "20", Numbers.Whole(1, 1000)),
            Abuse = KeyAbuseSettings.Read(section.Section("abuse")),
            CacheTtl = cache.Value("ttl", "1h", Durations.Between("1s", "24h")),
            CacheSize = cache.Value("size", "10000", Numbers.Whole(1, 1_000_000)),
            Cookie = KeyCookieSettings.Read(section.Section("cookie")),
        };
        if (read.WarnBefore >= read.RotationAfter)
            section.Fault("warn_before", "is not less than rotation_after", "a time before the rotation");
        return read;
    }
}

/// <summary>What many bad signatures lead to.</summary>
public enum KeyAbusePolicy
{
    /// <summary>Where they come from is refused; the key, whose id anybody can know, goes on working.</summary>
    BlockSource,

    /// <summary>The document's: the key is revoked, so anybody who knows its id can sign its owner out.</summary>
    RevokeKey,
}

/// <summary><c>client_keys.abuse</c>: bad signatures, and evidence that a private key is in two hands.</summary>
public sealed record KeyAbuseSettings
{
    public required KeyAbusePolicy Policy { get; init; }

    /// <summary>Bad signatures within <see cref="Window"/> that are still nothing.</summary>
    public required int Threshold { get; init; }

    public required TimeSpan Window { get; init; }

    /// <summary>Whether a key is suspended on what only its private key could have done.</summary>
    public required bool SuspendOnEvidence { get; init; }

    internal static KeyAbuseSettings Read(SectionReader section) => new()
    {
        Policy = section.Value("policy", "block_source", Words.OneOf(
            ("block_source", KeyAbusePolicy.BlockSource), ("revoke_key", KeyAbusePolicy.RevokeKey))),
        Threshold = section.Value("threshold", "10", Numbers.Whole(1, 1_000_000)),
        Window = section.Value("window", "1h", Durations.Between("1m", "24h")),
        SuspendOnEvidence = section.Value("suspend_on_evidence", "true", Words.Switch),
    };
}
