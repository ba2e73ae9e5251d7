namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>How much the embedded store holds at most, over all shards.</summary>
/// <param name="Records">Records and tombstones; with more, opening is refused.</param>
/// <param name="Marks">With more, marking is refused; none is ever dropped to make room (spec C13).</param>
/// <param name="Claims">With more, claiming is refused. One with a nonce of 22 characters takes about 160 bytes.</param>
/// <param name="Fences">With more, fencing is refused.</param>
/// <param name="Facts">With more, the ones put first go: they are copies.</param>
/// <param name="Windows">With more, further ones share a few: nobody is unlimited, and nothing grows.</param>
/// <param name="MarksExpected">With more, the operator is told (<c>jwt.blacklist.max_entries</c>).</param>
/// <param name="ClearEvery">How often what is over leaves the database (<c>jwt.blacklist.cleanup_interval</c>); zero: with each sweep of the memory.</param>
public sealed record EmbeddedLimits(
    int Records = 1_000_000, int Marks = 1_000_000, int Claims = 1_000_000, int Fences = 100_000, int Facts = 100_000, int Windows = 100_000,
    int MarksExpected = 10_000, TimeSpan ClearEvery = default);
