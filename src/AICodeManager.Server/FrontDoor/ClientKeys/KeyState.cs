using System.Text.Json.Serialization;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>What a key is good for at a moment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyState>))]
public enum KeyState
{
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>Good, and soon to be replaced (spec B7: from day 76).</summary>
    [JsonStringEnumMemberName("due_soon")]
    DueSoon,

    /// <summary>Good for the rest of its grace: it was rotated, its rotation was forced, or it is too old.</summary>
    [JsonStringEnumMemberName("deprecated")]
    Deprecated,

    /// <summary>Past its grace.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    [JsonStringEnumMemberName("revoked")]
    Revoked,

    /// <summary>Good for nothing until its owner resumes it.</summary>
    [JsonStringEnumMemberName("suspended")]
    Suspended,
}

/// <summary>Judges keys: of the row, the user's epoch and the time alone, so that every node judges alike.</summary>
public static class KeyStates
{
    /// <summary>The state of a key. What cannot be undone tells first: a revoked key is not said to be suspended.</summary>
    /// <param name="userEpoch">The user's now: a key in a cookie ends with the sessions of its epoch.</param>
    public static KeyState StateAt(this ClientKeyRow key, DateTimeOffset now, long userEpoch, ClientKeySettings settings) =>
        key.RevokedAt is not null || (key.Custody == KeyCustody.BffCookie && key.Epoch < userEpoch) ? KeyState.Revoked
        : now >= key.EndsAt(settings) ? KeyState.Expired
        : key.SuspendedAt is not null ? KeyState.Suspended
        : now >= (key.DeprecatedAt ?? key.ExpiresAt) || now >= key.ExpiresAt ? KeyState.Deprecated
        : now >= key.ExpiresAt - settings.WarnBefore ? KeyState.DueSoon
        : KeyState.Active;

    /// <summary>From when on the key is good for nothing, if it is not revoked before.</summary>
    public static DateTimeOffset EndsAt(this ClientKeyRow key, ClientKeySettings settings)
    {
        var byAge = key.ExpiresAt + settings.Grace;
        return key.RevokeAt is { } early && early < byAge ? early : byAge;
    }

    /// <summary>Whether a key of this state may sign.</summary>
    public static bool MaySign(this KeyState state) => state is KeyState.Active or KeyState.DueSoon or KeyState.Deprecated;
}
