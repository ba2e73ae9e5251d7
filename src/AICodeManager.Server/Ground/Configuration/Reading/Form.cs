namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>What one kind of value may look like: the words that say so to people, and the function that reads it.</summary>
/// <param name="Accepted">What is accepted, for people.</param>
/// <param name="Read">Reads an expanded value. Its problem text continues "'x' …" or "the value …".</param>
/// <param name="Hidden">Whether the value is a secret: faults then never show it.</param>
internal sealed record Form<T>(string Accepted, Func<string, Outcome<T>> Read, bool Hidden = false);

/// <summary>A value read, or the problem with it.</summary>
internal readonly record struct Outcome<T>(T Value, string? Problem);

/// <summary>Makes outcomes.</summary>
internal static class Outcome
{
    public static Outcome<T> Of<T>(T value) => new(value, null);

    public static Outcome<T> Wrong<T>(string problem) => new(default!, problem);
}
