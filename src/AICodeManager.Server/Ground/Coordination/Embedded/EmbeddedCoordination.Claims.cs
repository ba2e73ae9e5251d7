using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

// What every signed request asks: a claim, besides reading. No gate and no transaction of its own; the name is held in
// memory at once, and the exchange ends when the row is written.
public sealed partial class EmbeddedCoordination
{
    private readonly ClaimWriter claims;

    /// <summary>Transactions that claims alone have cost.</summary>
    internal long ClaimTransactions => claims.Transactions;

    /// <summary>What has to be waited for; null when nothing of it goes to the database.</summary>
    private ClaimTicket? ClaimInMemory(IReadOnlyList<Question> questions, int first)
    {
        RefuseWithinTransaction();
        var name = questions[first].Shard;
        var now = Now();
        ClaimTicket? ticket = null;
        while (true)
        {
            var shard = Find(name, make: true);
            lock (shard.Lock)
            {
                if (shard.Retired)
                    continue;
                held.Demand(0, 0, Unknown(questions, first, shard));
                try
                {
                    for (var i = first; i < questions.Count; i++)
                    {
                        if (questions[i].Shard != name)
                            continue;
                        if (questions[i] is not Claim claim)
                            Answer(shard, questions[i], now);
                        else if (Grant(shard, claim, now) is { Durable: true } entry)
                            (ticket ??= new(name)).Add(claim, entry);
                    }

                    // Within the lock: whoever sees the name held can wait behind it in the line.
                    if (ticket is not null && !claims.TryQueue(ticket))
                        throw new CoordinationUnavailableException("Too many claims wait for the database.");
                }
                catch
                {
                    ticket?.Undo(shard, held);
                    throw;
                }
            }

            break;
        }

        if (Puts(questions, first))
            facts.Trim();
        return ticket;
    }

    private async Task FinishAsync(List<ClaimTicket> tickets, CancellationToken cancel)
    {
        foreach (var ticket in tickets)
        {
            if (!await WrittenAsync(ticket, cancel))
                throw new CoordinationUnavailableException("The claim could not be written.");
        }

        foreach (var ticket in tickets)
            ticket.Grant();
    }

    /// <summary>
    /// A place in the line behind the rows of names that are to be taken; null when none is on its way. Taken before it
    /// is written, a claim would come back by its late row.
    /// </summary>
    private ClaimTicket? Settle(Shard shard, IEnumerable<Question> questions)
    {
        if (!questions.Any(q => q is Take && shard.Claims.GetValueOrDefault(q.Key) is { IsOnItsWay: true }))
            return null;
        var place = new ClaimTicket("");
        return claims.TryQueue(place) ? place : throw new CoordinationUnavailableException("Too many claims wait for the database.");
    }

    private async Task<bool> WrittenAsync(ClaimTicket ticket, CancellationToken cancel)
    {
        try
        {
            return await ticket.Written.WaitAsync(Patience, cancel);
        }
        catch (TimeoutException late)
        {
            throw new CoordinationUnavailableException("The claim was not written in time.", late);
        }
    }

    private ClaimEntry? Grant(Shard shard, Claim claim, long now)
    {
        (claim.Granted, claim.Held) = (false, null);
        var until = claim.Until.ToUnixTimeMilliseconds();
        if (until <= now)
            return null;
        if (shard.Claims.TryGetValue(claim.Key, out var known) && known.Blocks(now))
        {
            claim.Held = known.Value;
            return null;
        }

        var entry = new ClaimEntry(claim.Value, until, !claim.Forgettable);
        shard.Claims[claim.Key] = entry;
        if (known is null)
            held.Add(0, 0, 1);
        // One that has to be written is granted by its ticket.
        claim.Granted = claim.Forgettable;
        return entry;
    }

    // A name asked for twice counts twice: only a store that is full to the last place notices.
    private static int Unknown(IReadOnlyList<Question> questions, int first, Shard shard)
    {
        var count = 0;
        for (var i = first; i < questions.Count; i++)
        {
            if (questions[i] is Claim && questions[i].Shard == questions[first].Shard && !shard.Claims.ContainsKey(questions[i].Key))
                count++;
        }

        return count;
    }

    private static bool Claims(IReadOnlyList<Question> questions, int first)
    {
        for (var i = first; i < questions.Count; i++)
        {
            if (questions[i] is Claim && questions[i].Shard == questions[first].Shard)
                return true;
        }

        return false;
    }
}
