namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>One server for the tests of a class, without the real providers; each test gets the crooked one honest.</summary>
public sealed class SharedProviderServer : IAsyncLifetime
{
    private ProviderServer? server;

    internal ProviderServer Server
    {
        get
        {
            server!.Crooked.Reset();
            return server;
        }
    }

    public async ValueTask InitializeAsync() => server = await ProviderServer.StartAsync(real: null);

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}
