using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Embedded;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Attacks;

/// <summary>The embedded store, with its exchanges counted, and silent when the test says so.</summary>
internal sealed class CountedStore(EmbeddedCoordination store) : ICoordination
{
    private Task? starting;
    private int exchanges;

    public int Exchanges => exchanges;

    public bool IsDown { get; set; }

    public static void Use(IServiceCollection services)
    {
        services.AddSingleton<EmbeddedCoordination>();
        services.AddSingleton<CountedStore>();
        services.AddSingleton<ICoordination>(s => s.GetRequiredService<CountedStore>());
    }

    public async ValueTask ExchangeAsync(IReadOnlyList<Question> questions, CancellationToken cancel)
    {
        await (starting ??= store.StartAsync(CancellationToken.None));
        Interlocked.Increment(ref exchanges);
        if (IsDown)
        {
            throw new CoordinationUnavailableException("The test says so.");
        }

        await store.ExchangeAsync(questions, cancel);
    }

    public ValueTask PublishAsync(string topic, string text, CancellationToken cancel) => store.PublishAsync(topic, text, cancel);

    public IDisposable Subscribe(string topic, Action<string> receive) => store.Subscribe(topic, receive);

    public Task<bool> PingAsync(CancellationToken cancel) => Task.FromResult(!IsDown);
}
