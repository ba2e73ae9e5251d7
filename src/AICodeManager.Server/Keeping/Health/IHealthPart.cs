namespace AICodeManager.Server.Keeping.Health;

/// <summary>One part of the server that <c>/readyz</c> names.</summary>
public interface IHealthPart
{
    /// <summary>A word in small letters.</summary>
    string Name { get; }

    /// <summary>Whether the server serves without it: then its failure is told, and the server is ready all the same.</summary>
    bool Optional { get; }

    /// <summary>Asks how it is. Whoever asks bounds the wait; a fault of any kind is a failure.</summary>
    Task<PartHealth> AskAsync(CancellationToken cancel);
}

/// <summary>How a part is.</summary>
/// <param name="Status"><c>ok</c>, <c>checking</c> or <c>failed</c>.</param>
/// <param name="Detail">What is wrong, for operators only: it may name engines, paths and addresses.</param>
public sealed record PartHealth(string Status, string? Detail = null)
{
    public static readonly PartHealth Ok = new("ok");

    public static PartHealth Failed(string detail) => new("failed", detail);

    /// <summary>Not known yet; nothing is wrong so far.</summary>
    public static PartHealth Checking(string? detail) => new("checking", detail);
}
