namespace AICodeManager.Server.Ground.Configuration;

/// <summary>A configuration without faults.</summary>
/// <param name="Settings">Every setting, defaults filled in.</param>
/// <param name="Notices">What the operator should see at start.</param>
/// <param name="File">The file that was read; null where there was none.</param>
public sealed record LoadedConfiguration(Settings Settings, IReadOnlyList<ConfigurationNotice> Notices, string? File)
{
    /// <summary>Keys that were set by hand and that this version does not enforce, in reading order.</summary>
    public IEnumerable<string> NotYetInForce =>
        from notice in Notices where notice.Kind == NoticeKind.NotYetInForce select notice.Key;

    /// <summary>Every key and variable that was looked for, set or not.</summary>
    internal IReadOnlyCollection<string> KnownNames { get; init; } = [];
}
