using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Which events are kept: all but those of the guide that <c>audit.events</c> leaves out; none where <c>audit.enabled</c> is false.
/// Whoever watches events (alerts, the security log) is told of all of them all the same.
/// </summary>
public sealed class AuditChoice(Settings settings)
{
    private readonly HashSet<string> unrecorded = [.. settings.Audit.Events.Unrecorded];

    public bool Keeps(string name) => settings.Audit.Enabled && !unrecorded.Contains(name);
}
