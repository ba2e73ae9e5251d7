namespace AICodeManager.Server.Work.Agents;

/// <summary>The version of the agent CLI that the contract tests drove, as <c>deploy/workspace/claude.lock</c> pins it.</summary>
public static class PinnedAgent
{
    public static string Version { get; } = Read();

    private static string Read()
    {
        using var text = new StreamReader(typeof(PinnedAgent).Assembly.GetManifestResourceStream("claude.lock")!);
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith("version=", StringComparison.Ordinal))
                return line["version=".Length..].Trim();
        }

        throw new InvalidOperationException("The pinned version is missing from this build.");
    }
}
