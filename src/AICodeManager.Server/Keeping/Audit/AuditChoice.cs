using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Which events are kept: all but those of the guide that <c>audit.events</c> leaves out; none where <c>audit.enabled</c> is false.
/// Whoever watches events (alerts, the security log) is told of all of them all the same.
/// </summary>
public sealed class AuditChoice(bool enabled, IEnumerable<string> unrecorded)
{
    private readonly HashSet<string> unrecorded = [.. unrecorded];

    public AuditChoice(Settings settings)
        : this(settings.Audit.Enabled, settings.Audit.Events.Unrecorded)
    {
    }

    /// <summary>Leaves nothing out.</summary>
    public static AuditChoice Everything { get; } = new(true, []);

    public bool Keeps(string name) => enabled && !unrecorded.Contains(name);
}
