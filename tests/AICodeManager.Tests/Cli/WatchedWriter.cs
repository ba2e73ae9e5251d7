using System.Text;

namespace AICodeManager.Tests.Cli;

/// <summary>Collects text and tells when a certain text has come.</summary>
internal sealed class WatchedWriter : TextWriter
{
    private readonly Lock turn = new();
    private readonly StringBuilder text = new();
    private readonly List<(string Text, int Times, TaskCompletionSource Came)> watches = [];

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (turn)
        {
            text.Append(value);
            var now = text.ToString();
            foreach (var watch in watches)
                if (now.Split(watch.Text).Length > watch.Times)
                    watch.Came.TrySetResult();
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void WriteLine() => Write("\n");

    /// <summary>Waits (bounded by the test's own end and half a minute) until the text has been written so many times.</summary>
    public Task HasAsync(string awaited, int times = 1)
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (turn)
            watches.Add((awaited, times, came));
        Write("");
        return came.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    public override string ToString()
    {
        lock (turn)
            return text.ToString();
    }
}
