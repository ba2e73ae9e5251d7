using System.Text.Json;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>
/// Shows events as they happen. An event is dated by when it happened and seen when its transaction is over: each look goes back
/// <see cref="Overlap"/> before the latest event and leaves out what was shown.
/// </summary>
internal sealed class AuditFollower(Invocation call, AuditQuestion question)
{
    private const int Page = 200;

    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DateTimeOffset> shown = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // From now on, by the server's clock; what --from asks for is shown first.
        DateTimeOffset? latest = null;
        while (true)
        {
            latest = await LookAsync(latest, cancellationToken);
            foreach (var old in shown.Where(one => one.Value < latest - Overlap - Overlap).Select(one => one.Key).ToList())
                shown.Remove(old);
            await Task.Delay(call.Surroundings.Patience.LongestLook, call.Surroundings.Clock, cancellationToken);
        }
    }

    private async Task<DateTimeOffset> LookAsync(DateTimeOffset? latest, CancellationToken cancellationToken)
    {
        var (asked, silently) = (question, false);
        if (latest is { } known)
            asked = question.From(known - Overlap);
        else if (!question.Filters.Any(one => one.Name == "from"))
            (asked, silently) = (question.From(call.Surroundings.Clock.GetUtcNow() - Overlap), true);
        string? cursor = null;
        do
        {
            var page = await call.Audit.PageAsync(asked, Page, oldestFirst: true, cursor, cancellationToken);
            foreach (var item in page.Value.Items)
            {
                var one = AuditApi.Read(item);
                var at = one.At ?? page.Date ?? DateTimeOffset.MinValue;
                if (shown.TryAdd(one.Id, at) && !silently)
                    Show(item, one);
                if (latest is null || at > latest)
                    latest = at;
            }

            cursor = page.Value.Next;
            latest ??= page.Date ?? call.Surroundings.Clock.GetUtcNow();
        }
        while (cursor is not null);
        return latest.Value;
    }

    private void Show(JsonElement item, AuditDocument one)
    {
        if (call.Reporter.IsJson)
        {
            call.Reporter.Document(item);
            return;
        }

        call.Reporter.Human.Line(
            $"{Moment.Of(one.At)} {one.Name} {one.Outcome} {one.ActorId ?? "-"} {one.Address ?? "-"} {one.ResourceType} {one.ResourceId} {one.Reason}".TrimEnd(),
            one.Outcome switch { "refused" => Ink.Warning, "failure" => Ink.Bad, _ => Ink.Plain });
    }
}
