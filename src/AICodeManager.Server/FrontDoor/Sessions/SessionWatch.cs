using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Lets answers that take long (event streams) end with the session that asked for them.</summary>
public sealed class SessionWatches(ICoordination coordination)
{
    /// <summary>Watches the request's session until disposed.</summary>
    public SessionWatch Of(HttpContext context) => new(coordination, CurrentSession.Of(context)!);
}

/// <summary>One session under watch: told of its end at once by a notice, and sure of it by asking now and then.</summary>
public sealed class SessionWatch : IDisposable
{
    private readonly CancellationTokenSource over = new();
    private readonly IDisposable subscription;
    private readonly ICoordination coordination;
    private readonly CurrentSession session;

    internal SessionWatch(ICoordination coordination, CurrentSession session)
    {
        (this.coordination, this.session) = (coordination, session);
        var id = session.Session.Id.ToString("N");
        subscription = coordination.Subscribe(SessionStore.EndedTopic, ended =>
        {
            if (ended == id)
            {
                Cut();
            }
        });
    }

    /// <summary>Cancelled when a notice says that the session has ended.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>Asks the store, without sliding the idle time: a stream that nobody looks at keeps no session alive.</summary>
    /// <remarks>A store that does not answer counts as no: the client comes back and is judged anew.</remarks>
    public async Task<bool> StillLivesAsync(CancellationToken cancel)
    {
        var shard = StandingStore.ShardOf(session.Session.UserId);
        var record = new ReadRecord(shard, SessionStore.KeyOf(session.Session.Id));
        var standing = new ReadFact(shard, StandingStore.FactKey);
        try
        {
            await coordination.ExchangeAsync([record, standing], cancel);
        }
        catch (CoordinationUnavailableException)
        {
            return false;
        }

        return record.Answer is { Ended: null } live
            && (standing.Answer is not { } text || UserStanding.FromText(text).Epoch == Session.FromText(live.Data).Epoch);
    }

    private void Cut()
    {
        try
        {
            over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The stream ended by itself while the notice was on its way.
        }
    }

    public void Dispose()
    {
        subscription.Dispose();
        over.Dispose();
    }
}
