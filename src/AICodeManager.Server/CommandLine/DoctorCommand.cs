namespace AICodeManager.Server.CommandLine;

internal static class DoctorCommand
{
    public static Task<int> RunAsync(bool json, bool quick, CancellationToken cancel) => Task.FromResult(json && quick && cancel.IsCancellationRequested ? 1 : 1);
}
