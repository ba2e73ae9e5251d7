using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Embedded;
using AICodeManager.Server.Ground.Coordination.Questions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>The embedded store, with the faults that a test asks for: silence, lost notices, and a client that leaves in the middle of a change.</summary>
public sealed class SteeredStore(EmbeddedCoordination store) : ICoordination, IDisposable
{
    private Task? starting;
    private CancellationTokenSource? leaving;

    /// <summary>Nothing is answered.</summary>
    public bool IsDown { get; set; }

    /// <summary>Notices cannot be sent.</summary>
    public bool IsMute { get; set; }

    public static void Use(IServiceCollection services)
    {
        services.AddSingleton<EmbeddedCoordination>();
        services.AddSingleton<SteeredStore>();
        services.AddSingleton<ICoordination>(s => s.GetRequiredService<SteeredStore>());
        services.AddTransient<IStartupFilter, LeavingFilter>();
    }

    /// <summary>The client of the next request is gone as soon as that request has changed something here.</summary>
    public void LeaveAtTheNextChange() => leaving = new();

    public async ValueTask ExchangeAsync(IReadOnlyList<Question> questions, CancellationToken cancel)
    {
        await (starting ??= store.StartAsync(CancellationToken.None));
        if (IsDown)
        {
            throw new CoordinationUnavailableException("The test says so.");
        }

        await store.ExchangeAsync(questions, cancel);
        if (leaving is not null && questions.Any(q => q is OpenRecord or ReplaceRecord or EndRecord or EndSet or SetMark))
        {
            await leaving.CancelAsync();
        }

        // What a store that waits for the network does when its caller leaves.
        cancel.ThrowIfCancellationRequested();
    }

    public ValueTask PublishAsync(string topic, string text, CancellationToken cancel) =>
        IsMute ? throw new CoordinationUnavailableException("The test says so.") : store.PublishAsync(topic, text, cancel);

    public IDisposable Subscribe(string topic, Action<string> receive) => store.Subscribe(topic, receive);

    public Task<bool> PingAsync(CancellationToken cancel) => Task.FromResult(!IsDown);

    public void Dispose() => leaving?.Dispose();

    private sealed class LeavingFilter(SteeredStore store) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate following) =>
            {
                context.RequestAborted = store.leaving?.Token ?? context.RequestAborted;
                return following(context);
            });
            next(app);
        };
    }
}
