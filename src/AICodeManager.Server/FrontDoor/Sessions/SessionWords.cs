using System.Text.Json.Serialization;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>How a session is carried (spec A8).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SessionKind>))]
public enum SessionKind
{
    /// <summary>By a cookie, with the absolute and idle time-outs of the configuration.</summary>
    [JsonStringEnumMemberName("browser")]
    Browser,

    /// <summary>By access tokens; lives as long as its refresh tokens are used.</summary>
    [JsonStringEnumMemberName("api")]
    Api,
}

/// <summary>What a person has proved, weakest first; a stronger proof answers a demand for a weaker one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProofLevel>))]
public enum ProofLevel
{
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>It is still you: a signature by a known key, or anything stronger.</summary>
    [JsonStringEnumMemberName("confirm")]
    Confirm,

    [JsonStringEnumMemberName("password")]
    Password,

    [JsonStringEnumMemberName("second_factor")]
    SecondFactor,
}

/// <summary>Why a session ended: told to whoever comes back with it, and to the audit.</summary>
public static class SessionEnd
{
    public const string
        SignedOut = "signed_out",
        Ended = "ended_by_user",
        Limit = "session_limit",
        PasswordChanged = "password_changed",
        RoleChanged = "role_changed",
        Disabled = "account_disabled",
        Forced = "forced_logout",
        TokenReused = "refresh_token_reused",
        Risk = "risk",
        StepUpFailed = "step_up_failed",
        Expired = "expired";
}
