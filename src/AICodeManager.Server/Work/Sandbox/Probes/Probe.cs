namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>One attempt to break out of a sandbox, or past one of its limits.</summary>
/// <param name="Name">Stable word, also the function's name in <c>Inside/</c> with dashes for underscores.</param>
/// <param name="Title">What is tried, for people.</param>
/// <param name="Protects">What is lost where the attempt succeeds.</param>
public sealed record Probe(string Name, string Title, string Protects, ProbeStage Stage);

/// <summary>When a probe runs.</summary>
public enum ProbeStage
{
    /// <summary>Takes milliseconds: at every start of the server.</summary>
    Quick,

    /// <summary>Uses a limit up, which takes seconds: in doctor, tests, and once for each configuration.</summary>
    Bombs,
}
