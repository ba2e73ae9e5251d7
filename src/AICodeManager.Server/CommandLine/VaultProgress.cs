using AICodeManager.Server.Keeping.Vault;
using Spectre.Console;

namespace AICodeManager.Server.CommandLine;

/// <summary>How far a walk over all fields has come: a bar for each on a terminal, a line for each elsewhere.</summary>
internal static class VaultProgress
{
    public static Task<T> ShowAsync<T>(Func<IProgress<RotationProgress>, Task<T>> work) => Console.IsOutputRedirected
        ? work(new Lines())
        : AnsiConsole.Progress().StartAsync(context => work(new Bars(context)));

    private sealed class Bars(ProgressContext context) : IProgress<RotationProgress>
    {
        private readonly Dictionary<string, ProgressTask> bars = [];

        public void Report(RotationProgress value)
        {
            if (!bars.TryGetValue(value.Field, out var bar))
            {
                bars.Add(value.Field, bar = context.AddTask(value.Field));
            }

            (bar.MaxValue, bar.Value) = (value.Total, value.Done);
        }
    }

    private sealed class Lines : IProgress<RotationProgress>
    {
        public void Report(RotationProgress value)
        {
            if (value.Done == value.Total || value.Done % 10_000 == 0)
            {
                Console.WriteLine($"{value.Field}: {value.Done} of {value.Total}");
            }
        }
    }
}
