namespace AICodeManager.Server.Ground.Coordination;

/// <summary>
/// The one door to short-lived state that all nodes share: sessions, revocations, claims, facts, notices. Redis, or
/// embedded for one process; both pass the same conformance tests.
/// </summary>
public interface ICoordination
{
    /// <summary>
    /// Answers every question in one round trip. Questions of one <see cref="Question.Shard"/> are asked in order and
    /// as one atomic step; different shards may be answered by different machines. At most 64 questions.
    /// Within a database transaction only facts and reads may be asked: an embedded store writes the rest to that database.
    /// </summary>
    /// <exception cref="ArgumentException">A name or a text is of no accepted form; nothing was asked.</exception>
    /// <exception cref="CoordinationUnavailableException">No answer within the bound; a change may or may not have happened.</exception>
    ValueTask ExchangeAsync(IReadOnlyList<Question> questions, CancellationToken cancel);

    /// <summary>Tells all nodes, this one too. At most once: nothing that protects may depend on its arrival.</summary>
    /// <param name="topic">1 to 64 characters of <c>[A-Za-z0-9_:.-]</c>.</param>
    /// <param name="text">At most 16 KiB.</param>
    /// <exception cref="CoordinationUnavailableException"/>
    ValueTask PublishAsync(string topic, string text, CancellationToken cancel);

    /// <summary>Hears notices of a topic until disposed. The receiver must neither wait nor throw.</summary>
    IDisposable Subscribe(string topic, Action<string> receive);

    /// <summary>Whether the store answers now.</summary>
    Task<bool> PingAsync(CancellationToken cancel);
}

/// <summary>The shared store does not answer. Whatever could forge or replay is refused meanwhile (spec B5).</summary>
public sealed class CoordinationUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
