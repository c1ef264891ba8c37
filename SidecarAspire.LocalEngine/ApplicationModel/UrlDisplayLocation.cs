namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where the dashboard shows a link.</summary>
public enum UrlDisplayLocation
{
    /// <summary>In the list of resources and in the details.</summary>
    SummaryAndDetails = 0,

    /// <summary>In the details alone.</summary>
    DetailsOnly = 1,
}
