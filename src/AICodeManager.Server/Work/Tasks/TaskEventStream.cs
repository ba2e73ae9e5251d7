using System.Text;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// A task's events as Server-Sent Events (WHATWG HTML, section 9.2): everything after a given id, then what comes, until
/// the task is over, or until the watcher may no longer see it: each look at the task asks that anew.
/// </summary>
public sealed class TaskEventStream(Guid taskId, long after, Caller caller, Grant grant) : IResult
{
    // Proxies cut silent connections; a comment line keeps them open. It is also how soon a silent watcher loses what was taken away.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var log = services.GetRequiredService<TaskLog>();
        var feed = services.GetRequiredService<TaskFeed>();
        var tasks = services.GetRequiredService<TaskStore>();
        var time = services.GetRequiredService<TimeProvider>();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var session = services.GetRequiredService<SessionWatches>().Of(httpContext);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping, session.Over);
        var cancel = ending.Token;

        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.Body.FlushAsync(cancel);
        try
        {
            var shown = after;
            var confirmed = time.GetTimestamp();
            while (true)
            {
                // A notice ends the stream at once; notices can be lost.
                if (time.GetElapsedTime(confirmed) >= Heartbeat)
                {
                    if (!await session.StillLivesAsync(cancel))
                    {
                        return;
                    }

                    confirmed = time.GetTimestamp();
                }

                var change = feed.NextChange(taskId);
                // The state is read before the events: when it is final, every event of the run is there to be read.
                if (await tasks.FindAsync(taskId, caller, grant, cancel) is not { Thing: { } task })
                {
                    return;
                }

                var events = await log.AfterAsync(taskId, shown, cancel);
                if (events.Count > 0)
                {
                    await response.WriteAsync(Format(events), cancel);
                    await response.Body.FlushAsync(cancel);
                    shown = events[^1].Number;
                    continue;
                }

                if (task.State.IsFinal)
                {
                    return;
                }

                await WaitAsync(change, response, time, cancel);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !httpContext.RequestAborted.IsCancellationRequested)
        {
            // The stream ends whole and says when to come again; the task goes on, and so does its watcher, after the last id.
            await response.WriteAsync("retry: 1000\n: the server is being stopped\n\n", httpContext.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The watcher left or was signed out: the stream ends, the task goes on.
        }
    }

    private static async Task WaitAsync(Task change, HttpResponse response, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await change.WaitAsync(Heartbeat, time, cancel);
        }
        catch (TimeoutException)
        {
            await response.WriteAsync(": still here\n\n", cancel);
            await response.Body.FlushAsync(cancel);
        }
    }

    // Data is one line of JSON: it never holds a line feed.
    private static string Format(IReadOnlyList<StoredEvent> events)
    {
        var text = new StringBuilder();
        foreach (var e in events)
        {
            text.Append("id: ").Append(e.Number).Append("\nevent: ").Append(e.Type).Append("\ndata: ").Append(e.Data).Append("\n\n");
        }

        return text.ToString();
    }
}
