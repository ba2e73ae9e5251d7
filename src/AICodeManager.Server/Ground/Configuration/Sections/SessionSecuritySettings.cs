using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>session.security</c>: limits, cookie and what is watched.</summary>
public sealed record SessionSecuritySettings
{
    /// <summary>Sessions of one user; the oldest goes when there are more.</summary>
    public required int MaxConcurrentSessions { get; init; }

    /// <summary>How long a session lives whatever happens.</summary>
    public required TimeSpan SessionTimeout { get; init; }

    /// <summary>How long a session lives without a request; never more than <see cref="SessionTimeout"/>.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    public required bool SecureCookie { get; init; }

    /// <summary><c>strict</c> or <c>lax</c>.</summary>
    public required string SameSite { get; init; }

    /// <summary>Whether the browser of a session is remembered and a change of it scores.</summary>
    public required bool DeviceTracking { get; init; }

    /// <summary>Whether a change of place scores; needs a database of places.</summary>
    public required bool GeoLocationCheck { get; init; }
    public required SessionPolicySettings Policies { get; init; }
    public required RiskSettings Risk { get; init; }

    internal static SessionSecuritySettings Read(SectionReader section)
    {
        var read = new SessionSecuritySettings
        {
            MaxConcurrentSessions = section.Value("max_concurrent_sessions", "5", Numbers.Whole(1, 1000)),
            SessionTimeout = section.Value("session_timeout", "30m", Durations.Between("1m", "30d")),
            IdleTimeout = section.Value("idle_timeout", "15m", Durations.Between("1m", "30d")),
            SecureCookie = section.Value("secure_cookie", "true", Words.Switch),
            SameSite = section.Value("same_site", "strict", Words.OneOf("strict", "lax")),
            DeviceTracking = section.Value("device_tracking", "true", Words.Switch),
            GeoLocationCheck = section.Value("geo_location_check", "true", Words.Switch),
            Policies = SessionPolicySettings.Read(section.Section("policies")),
            Risk = RiskSettings.Read(section.Section("risk")),
        };
        if (read.IdleTimeout > read.SessionTimeout)
            section.Fault("idle_timeout", "is longer than session_timeout", "at most session_timeout");
        if (!read.SecureCookie)
            section.Warn("secure_cookie", "session cookies would travel over plain HTTP");
        return read;
    }
}

/// <summary><c>session.security.policies</c>: what follows when something changes.</summary>
public sealed record SessionPolicySettings
{
    /// <summary>Whether a session ends when it goes on very far away.</summary>
    public required bool ForceLogoutOnLocationChange { get; init; }

    /// <summary>Whether an address of another network asks for the password, whatever the sum.</summary>
    public required bool RequireReauthenticationOnIpChange { get; init; }

    /// <summary>Failed logins until an account is locked.</summary>
    public required int MaxFailedAttempts { get; init; }

    /// <summary>How long it stays locked.</summary>
    public required TimeSpan LockoutDuration { get; init; }

    internal static SessionPolicySettings Read(SectionReader section) => new()
    {
        ForceLogoutOnLocationChange = section.Value("force_logout_on_location_change", "false", Words.Switch),
        RequireReauthenticationOnIpChange = section.Value("require_reauthentication_on_ip_change", "true", Words.Switch),
        MaxFailedAttempts = section.Value("max_failed_attempts", "5", Numbers.Whole(1, 100)),
        LockoutDuration = section.Value("lockout_duration", "30m", Durations.Between("1m", "30d")),
    };
}
