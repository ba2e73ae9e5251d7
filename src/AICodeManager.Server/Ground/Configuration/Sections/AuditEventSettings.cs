using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>
/// <c>audit.events</c>: which of the events that the guide names are recorded, class by class. A name that a class leaves
/// out is not recorded; events that the guide does not name cannot be left out.
/// </summary>
public sealed record AuditEventSettings
{
    private static readonly string[] AllAuthentication = ["login", "logout", "login_failed", "token_refresh"];
    private static readonly string[] AllAuthorization = ["permission_denied", "role_changed"];
    private static readonly string[] AllDataAccess = ["workspace_created", "workspace_deleted", "project_accessed", "task_executed"];
    private static readonly string[] AllSecurity = ["password_changed", "session_terminated", "suspicious_activity"];

    /// <summary>Every event that can be left out.</summary>
    public static readonly IReadOnlyList<string> Switchable = [.. AllAuthentication, .. AllAuthorization, .. AllDataAccess, .. AllSecurity];

    /// <summary>The guide's class of what should be looked at, whether or not it is recorded.</summary>
    public static readonly IReadOnlyList<string> SecurityClass = AllSecurity;

    public required IReadOnlyList<string> Authentication { get; init; }
    public required IReadOnlyList<string> Authorization { get; init; }
    public required IReadOnlyList<string> DataAccess { get; init; }
    public required IReadOnlyList<string> Security { get; init; }

    /// <summary>What is left out.</summary>
    public IEnumerable<string> Unrecorded => Switchable.Except([.. Authentication, .. Authorization, .. DataAccess, .. Security]);

    internal static AuditEventSettings Read(SectionReader section)
    {
        var events = new AuditEventSettings
        {
            Authentication = section.List("authentication", AllAuthentication, Words.OneOf(AllAuthentication)),
            Authorization = section.List("authorization", AllAuthorization, Words.OneOf(AllAuthorization)),
            DataAccess = section.List("data_access", AllDataAccess, Words.OneOf(AllDataAccess)),
            Security = section.List("security", AllSecurity, Words.OneOf(AllSecurity)),
        };
        foreach (var (key, all, kept) in new[]
        {
            ("authentication", AllAuthentication, events.Authentication), ("authorization", AllAuthorization, events.Authorization),
            ("data_access", AllDataAccess, events.DataAccess), ("security", AllSecurity, events.Security),
        })
        {
            if (all.Except(kept).ToArray() is { Length: > 0 } missing)
                section.Warn(key, $"leaves out {string.Join(", ", missing)}: what happens of these cannot be found out later");
        }

        return events;
    }
}
