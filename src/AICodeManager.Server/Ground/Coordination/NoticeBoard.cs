using System.Collections.Immutable;

namespace AICodeManager.Server.Ground.Coordination;

/// <summary>Who in this process hears which topic.</summary>
internal sealed partial class NoticeBoard(ILogger log)
{
    private readonly Lock writing = new();
    private ImmutableDictionary<string, ImmutableList<Receiver>> receivers = ImmutableDictionary<string, ImmutableList<Receiver>>.Empty;

    public IDisposable Add(string topic, Action<string> receive)
    {
        QuestionRules.CheckTopic(topic);
        var receiver = new Receiver(this, topic, receive);
        lock (writing)
            receivers = receivers.SetItem(topic, receivers.GetValueOrDefault(topic, []).Add(receiver));
        return receiver;
    }

    public void Deliver(string topic, string text)
    {
        foreach (var receiver in Volatile.Read(ref receivers).GetValueOrDefault(topic, []))
        {
            try
            {
                receiver.Receive(text);
            }
            catch (Exception fault)
            {
                // One receiver's fault must not keep the notice from the others.
                LogFault(log, topic, fault);
            }
        }
    }

    private void Remove(Receiver receiver)
    {
        lock (writing)
        {
            if (receivers.TryGetValue(receiver.Topic, out var list))
                receivers = receivers.SetItem(receiver.Topic, list.Remove(receiver));
        }
    }

    [LoggerMessage(LogLevel.Error, "A receiver of notices about {topic} failed")]
    private static partial void LogFault(ILogger logger, string topic, Exception fault);

    private sealed class Receiver(NoticeBoard board, string topic, Action<string> receive) : IDisposable
    {
        public string Topic => topic;

        public void Receive(string text) => receive(text);

        public void Dispose() => board.Remove(this);
    }
}
