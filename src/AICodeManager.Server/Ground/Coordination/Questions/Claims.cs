namespace AICodeManager.Server.Ground.Coordination.Questions;

/// <summary>Claims a name for a time: of all who ask, one gets it (a nonce, a single-use value).</summary>
public sealed class Claim(string shard, string key) : Question(shard, key)
{
    /// <summary>Kept beside the claim for <see cref="Take"/>, at most 16 KiB.</summary>
    public string Value { get; init; } = "";

    /// <summary>A time that is past grants nothing: it could be granted twice.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>
    /// Lets a restart of an embedded store forget the claim, which then costs no database write: right for what only
    /// fails when it is lost (a state that waits to be taken), wrong for what must not be used twice.
    /// </summary>
    public bool Forgettable { get; init; }

    /// <summary>
    /// When anybody could have claimed this name first. A store whose memory begins later may have forgotten that, and
    /// grants nothing: what must not be used twice is refused once too often (<see cref="Forgotten"/>). Null where it does
    /// not matter. Redis remembers since it was started; an embedded store forgets no claim but the forgettable.
    /// </summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Not granted, for the store cannot know whether it was claimed before.</summary>
    public bool Forgotten { get; set; }

    /// <summary>True for the one that got it.</summary>
    public bool Granted { get; set; }

    /// <summary>
    /// What the one that holds it put as its <see cref="Value"/>, where that is why this one did not get it; null when
    /// granted, and when refused because <see cref="Until"/> is past.
    /// </summary>
    public string? Held { get; set; }
}

/// <summary>Takes what was claimed and forgets it in the same step: of all who ask, one gets it.</summary>
public sealed class Take(string shard, string key) : Question(shard, key)
{
    public string? Answer { get; set; }
}
