using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Audit.Streams;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

public sealed class StreamTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Everything_of_every_chain_goes_out_once_in_its_order_with_its_checkpoints_behind(string kind)
    {
        await using var lab = await StreamLab.NewAsync(kind, postgres);
        await lab.ChainAsync("a", 20);
        await lab.ChainAsync("b", 13);
        await lab.CheckpointAsync("a", 10);
        var node = lab.NewNode();
        Assert.Equal(StreamTurn.Empty, await lab.SendAsync(node));
        await lab.ChainAsync("a", 5, first: 21);
        await lab.CheckpointAsync("a", 25);
        // Nobody has written what this one vouches for: it waits.
        await lab.CheckpointAsync("b", 14);
        Assert.Equal(StreamTurn.Empty, await lab.SendAsync(node));

        Assert.Equal(Enumerable.Range(1, 25).Select(n => (long)n), lab.Receiver.SequencesOf("a"));
        Assert.Equal(Enumerable.Range(1, 13).Select(n => (long)n), lab.Receiver.SequencesOf("b"));
        Assert.All(lab.Receiver.Batches, size => Assert.InRange(size, 1, lab.Receiver.MaxItems));
        var ofA = lab.Receiver.Taken.Where(item => item.Chain == "a").ToList();
        foreach (var checkpoint in ofA.Where(item => item.Event is null))
            Assert.True(ofA.IndexOf(checkpoint) > ofA.FindIndex(item => item.Event is not null && item.Sequence == checkpoint.Sequence));
        Assert.Equal([10, 25], ofA.Where(item => item.Event is null).Select(item => item.Sequence));
        var state = await lab.StateAsync();
        Assert.Equal((40, 0, null), (state.Sent, state.Failures, state.WaitingSince));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_receiver_that_is_away_costs_no_event_and_a_new_process_goes_on_where_the_cursor_stands(string kind)
    {
        await using var lab = await StreamLab.NewAsync(kind, postgres);
        await lab.ChainAsync("a", 30);
        for (var n = 0; n < 3; n++)
            lab.Receiver.Next.Enqueue(() => SendResult.Sent);
        lab.Receiver.Next.Enqueue(() => SendResult.Later("away"));
        lab.Receiver.Next.Enqueue(() => SendResult.Never("answered with status 400"));
        var node = lab.NewNode();
        Assert.Equal(StreamTurn.Failed, await lab.SendAsync(node));
        Assert.Equal(StreamTurn.Failed, await lab.SendAsync(node));
        Assert.Equal((2, "answered with status 400"), ((await lab.StateAsync()).Failures, (await lab.StateAsync()).LastError));

        // Killed without a word: its lease runs out.
        var next = lab.NewNode();
        Assert.Equal(StreamTurn.NotMine, await lab.SendAsync(next));
        lab.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(StreamTurn.Empty, await lab.SendAsync(next));
        Assert.Equal(Enumerable.Range(1, 30).Select(n => (long)n), lab.Receiver.SequencesOf("a"));
        Assert.Equal((0, "answered with status 400"), ((await lab.StateAsync()).Failures, (await lab.StateAsync()).LastError));
    }

    [Fact]
    public async Task A_server_that_dies_between_the_receivers_yes_and_its_own_note_sends_again_and_leaves_nothing_out()
    {
        await using var lab = await StreamLab.NewAsync("sqlite", postgres);
        await lab.ChainAsync("a", 10);
        var node = lab.NewNode();
        lab.Receiver.Next.Enqueue(() => throw new InvalidOperationException("killed"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.TurnAsync(Cancel));
        lab.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(StreamTurn.Empty, await lab.SendAsync(lab.NewNode()));
        Assert.Equal([7, 7, 3], lab.Receiver.Batches);
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), lab.Receiver.SequencesOf("a"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Of_two_nodes_one_sends_and_the_other_follows_it(string kind)
    {
        await using var lab = await StreamLab.NewAsync(kind, postgres);
        await lab.ChainAsync("a", 3);
        var (first, second) = (lab.NewNode(), lab.NewNode());
        Assert.Equal((StreamTurn.Empty, StreamTurn.NotMine), (await lab.SendAsync(first), await lab.SendAsync(second)));
        lab.Clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal((StreamTurn.Empty, StreamTurn.NotMine), (await lab.SendAsync(first), await lab.SendAsync(second)));
        await first.LeaveAsync(Cancel);
        await lab.ChainAsync("a", 3, first: 4);
        Assert.Equal(StreamTurn.Empty, await lab.SendAsync(second));
        Assert.Equal([1, 2, 3, 4, 5, 6], lab.Receiver.SequencesOf("a"));
    }

    [Fact]
    public async Task A_batch_is_bounded_by_its_bytes_but_never_empty()
    {
        await using var lab = await StreamLab.NewAsync("sqlite", postgres);
        await lab.ChainAsync("a", 6);
        (lab.Receiver.MaxItems, lab.Receiver.MaxBytes) = (1_000, 1);
        Assert.Equal(StreamTurn.Empty, await lab.SendAsync(lab.NewNode()));
        Assert.All(lab.Receiver.Batches, size => Assert.Equal(1, size));
        Assert.Equal(6, lab.Receiver.Taken.Count);
    }

    [Fact]
    public async Task Somebody_hears_of_a_stream_that_is_fifteen_minutes_behind_and_not_of_one_that_only_failed()
    {
        await using var lab = await StreamLab.NewAsync("sqlite", postgres);
        lab.Clock.UtcNow = Reading.Events.Start.AddSeconds(2);
        await lab.ChainAsync("a", 1);
        var node = lab.NewNode();
        lab.Receiver.Next.Enqueue(() => SendResult.Later("away"));
        await lab.SendAsync(node);
        Assert.Empty(lab.Desk.Take());

        lab.Clock.Advance(TimeSpan.FromMinutes(16));
        lab.Receiver.Next.Enqueue(() => SendResult.Later("still away"));
        await lab.SendAsync(node);
        var raised = Assert.Single(lab.Desk.Take());
        Assert.Equal((AlertKinds.AuditBroken, "stream siem", "still away"), (raised.Kind, raised.Subject, raised.Facts["error"]));
        lab.Receiver.Next.Enqueue(() => SendResult.Later("still away"));
        await lab.SendAsync(node);
        Assert.Empty(lab.Desk.Take());
    }

    [Fact]
    public async Task A_closed_chain_of_which_all_was_sent_is_looked_at_no_more()
    {
        await using var lab = await StreamLab.NewAsync("sqlite", postgres);
        await lab.ChainAsync("closed", 3, closed: true);
        await lab.ChainAsync("open", 3);
        var node = lab.NewNode();
        await lab.SendAsync(node);
        await lab.SendAsync(node);
        Assert.Equal(["closed"], await lab.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT chain_id FROM audit_stream_cursors WHERE done_at IS NOT NULL"), Cancel));
        await lab.ChainAsync("open", 1, first: 4);
        await lab.SendAsync(node);
        Assert.Equal(7, lab.Receiver.Taken.Count);
    }

    [Theory]
    [InlineData(1, null, 1)]
    [InlineData(4, null, 8)]
    [InlineData(2, 60, 60)]
    [InlineData(40, null, 300)]
    [InlineData(1, 86_400, 300)]
    public void Failures_are_waited_out_twice_as_long_each_time_up_to_five_minutes(long failures, int? asked, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), StreamPace.Default.After(StreamTurn.Failed, failures, asked is { } wait ? TimeSpan.FromSeconds(wait) : null));
}
