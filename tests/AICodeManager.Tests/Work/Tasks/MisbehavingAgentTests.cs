using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Work.Agents;
using static AICodeManager.Tests.Work.Tasks.MisbehavingAgent;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Whatever the program in the sandbox does, its task ends in a clear state, in bounded time and memory, and leaves nothing.</summary>
public sealed class MisbehavingAgentTests(MisbehavingLabs labs) : IClassFixture<MisbehavingLabs>
{
    [Fact]
    public async Task One_that_prints_what_is_no_protocol_ends_after_a_bounded_number_of_lines()
    {
        var events = await labs.Lab.MisbehaveAsync("yes garbage");

        await labs.Lab.AssertEndedAsync(events, "failed", "agent_output_invalid");
        Assert.InRange(events.Count(e => e.Type == "log"), 1, 30);
    }

    [Theory]
    [InlineData("head -c 4000000000 /dev/zero; touch WROTE-ALL; sleep 60")]
    [InlineData("head -c 4000000000 /dev/zero >&2; touch WROTE-ALL; sleep 60")]
    [InlineData("yes '{\"type\":\"nothing\",\"pad\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}'")]
    [InlineData("yes ''")]
    public async Task One_that_never_stops_printing_ends_at_the_output_limit(string script)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var events = await labs.Lab.MisbehaveAsync(script);

        await labs.Lab.AssertEndedAsync(events, "failed", "output_limit");
        Assert.DoesNotContain("WROTE-ALL", await labs.Lab.FilesAsync());
        Assert.InRange(events.Count, 1, 30);
        // Other tests of this process allocate too: this only tells megabytes from gigabytes.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 256L << 20);
    }

    [Fact]
    public async Task One_that_dies_at_once_is_told_of_with_its_last_words()
    {
        var events = await labs.Lab.MisbehaveAsync("echo no such model >&2; exit 3");

        await labs.Lab.AssertEndedAsync(events, "failed", "agent_died");
        Assert.Contains(events, e => e.Type == "log" && e.Text("text") == "The agent ended with exit code 3 before its turn was over. no such model");
    }

    [Fact]
    public async Task One_that_takes_too_much_memory_says_so()
    {
        var events = await labs.Lab.MisbehaveAsync("exec python3 -c 'print(len(b\"x\" * (400 << 20)))'");

        await labs.Lab.AssertEndedAsync(events, "failed", "out_of_memory");
    }

    [Fact]
    public async Task One_that_fills_the_working_copy_says_so()
    {
        var project = await TaskLab.NewProjectAsync(labs.Lab.User, "filled");
        var events = await labs.Lab.EventsAsync(
            await labs.Lab.StartMisbehavingAsync("head -c 16000000 /dev/urandom > big; sleep 60", project: project));

        await labs.Lab.AssertEndedAsync(events, "failed", "working_copy_full");
    }

    [Theory]
    [InlineData("sleep 60")]
    [InlineData("exec <&- >&- 2>&-; sleep 60")]
    [InlineData("trap '' TERM INT HUP; while :; do sleep 60; done")]
    public async Task One_that_never_says_anything_ends_at_the_time_limit(string script)
    {
        var events = await labs.HastyLab.MisbehaveAsync(script);

        await labs.HastyLab.AssertEndedAsync(events, "timed_out", "time_limit");
    }

    [Fact]
    public async Task One_that_never_reads_cannot_hold_its_task()
    {
        // The prompt fills the pipe; its first line is all that is read.
        var task = await labs.HastyLab.StartMisbehavingAsync("sleep 60\n" + new string('x', 900_000));
        var events = await labs.HastyLab.EventsAsync(task);

        await labs.HastyLab.AssertEndedAsync(events, "failed", "agent_unresponsive");
    }

    [Theory, MemberData(nameof(TaskLab.Engines), MemberType = typeof(TaskLab))]
    public async Task Nothing_that_one_started_outlives_it(string engine)
    {
        await using var own = engine == "docker" ? await MisbehavingLabs.StartAsync("docker", "") : null;
        var lab = own ?? labs.Lab;
        var mark = $"31{Random.Shared.Next(100_000, 999_999)}";
        var events = await lab.MisbehaveAsync(
            $"trap '' TERM INT HUP; setsid sleep {mark} & (sleep {mark} &) ; nohup sleep {mark} > /dev/null 2>&1 & sleep 0.3; {Print(Began)}; {Print(Ended)}; exit 0");

        await lab.AssertEndedAsync(events, "succeeded", null);
        Assert.Equal(0, Processes(mark));
    }

    private static int Processes(string word) => Directory.EnumerateDirectories("/proc")
        .Count(folder => int.TryParse(Path.GetFileName(folder), out _) && CommandLine(folder).Split('\0').Contains(word));

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
