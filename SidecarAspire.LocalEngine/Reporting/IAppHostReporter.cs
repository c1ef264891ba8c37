namespace Aspire.Hosting.Reporting;

/// <summary>Tells the person at the console what they need to know.</summary>
internal interface IAppHostReporter
{
    /// <summary>One line.</summary>
    void Line(string text);

    /// <summary>The resources and where they are, once they are up.</summary>
    void Resources(IReadOnlyList<ResourceRow> rows);

    /// <summary>The application is being stopped, which takes a moment.</summary>
    void Stopping();

    /// <summary>A resource's failure in one line, with the last lines of its output.</summary>
    void ResourceFailed(string resource, string message, IReadOnlyList<string> output);

    /// <summary>What the user has to put right, in one line.</summary>
    void Error(string message);
}
