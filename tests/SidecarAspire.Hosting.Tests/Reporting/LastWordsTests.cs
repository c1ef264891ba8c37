using SidecarAspire.Hosting.Reporting;

namespace SidecarAspire.Hosting.Tests.Reporting;

public sealed class LastWordsTests
{
    [Theory]
    [InlineData("ready\nUnhandled exception. System.IO.IOException: disk full\n   at Program.Main()", "Unhandled exception. System.IO.IOException: disk full")]
    [InlineData("node:events:497\n      throw er;\n      ^\n\nError: listen EADDRINUSE: address already in use :::3000\n    at Server.listen\nEmitted 'error' event on Server instance at:\n    at emit {\n  port: 3000\n}\n\nNode.js v20.20.2", "Error: listen EADDRINUSE: address already in use :::3000")]
    [InlineData("Traceback (most recent call last):\n  File \"app.py\", line 1\nModuleNotFoundError: No module named 'flask'", "ModuleNotFoundError: No module named 'flask'")]
    [InlineData("Program.cs(3,1): error CS1002: ; expected\n\nThe build failed. Fix the build errors and run again.", "Program.cs(3,1): error CS1002: ; expected")]
    [InlineData("npm error code E404\nnpm error 404 Not Found - GET /nothing\nnpm error 404\nnpm error\nnpm error A complete log of this run can be found in: /root/x.log", "npm error code E404 | npm error 404 Not Found - GET /nothing | npm error 404")]
    [InlineData("one\ntwo\nthree\nfour", "two | three | four")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("", "")]
    public void What_says_most_of_a_failure_is_chosen_from_the_output(string output, string words) => LastWords.Of([], Lines(output, isError: true)).ShouldBe(words);

    [Fact]
    public void Standard_error_goes_before_standard_output() =>
        LastWords.Of([], [.. Lines("served 200", isError: false), .. Lines("no database", isError: true)]).ShouldBe("no database");

    [Fact]
    public void The_orchestrator_is_asked_when_the_program_has_said_nothing() =>
        LastWords.Of([], Lines("[sys] Starting process...: Cmd = /usr/bin/sh\n[sys] Failed to start a process: Cmd = /usr/bin/sh, Error = chdir /absent: no such file", isError: true)).ShouldBe("chdir /absent: no such file");

    [Fact]
    public void What_is_long_is_cut() => LastWords.Of([], Lines(new string('x', 1000), isError: true)).ShouldBe(new string('x', 400) + "…");

    private static LogLine[] Lines(string output, bool isError) =>
        [.. output.Split('\n').Select((line, number) => new LogLine(number, $"2026-01-01T00:00:00.{number:0000000}Z {line}", isError))];
}
